#![allow(dead_code)]

use std::f64::consts;

#[derive(Debug)]
#[non_exhaustive]
pub(crate) struct Chorus {
    buffer_l: Vec<f32>,
    buffer_r: Vec<f32>,

    delay_table: Vec<f32>,

    buffer_index: usize,

    delay_table_index_l: usize,
    delay_table_index_r: usize,

    // For how many samples nothing has come in.
    silence: usize,
}

impl Chorus {
    pub(crate) fn new(sample_rate: i32, delay: f64, depth: f64, frequency: f64) -> Self {
        let buffer_l = vec![0_f32; ((sample_rate as f64) * (delay + depth)) as usize + 2];
        let buffer_r = vec![0_f32; ((sample_rate as f64) * (delay + depth)) as usize + 2];

        let mut delay_table = vec![0_f32; ((sample_rate as f64) / frequency).round() as usize];
        let delay_table_length = delay_table.len();
        for (t, input) in delay_table.iter_mut().enumerate().take(delay_table_length) {
            let phase = 2.0 * consts::PI * (t as f64) / (delay_table_length as f64);
            *input = ((sample_rate as f64) * (delay + depth * phase.sin())) as f32;
        }

        let buffer_index: usize = 0;

        let delay_table_index_l: usize = 0;
        let delay_table_index_r: usize = delay_table_length / 4;

        Self {
            buffer_l,
            buffer_r,
            delay_table,
            buffer_index,
            delay_table_index_l,
            delay_table_index_r,
            silence: 0,
        }
    }

    pub(crate) fn process(
        &mut self,
        input_left: &[f32],
        input_right: &[f32],
        output_left: &mut [f32],
        output_right: &mut [f32],
    ) {
        let buffer_length = self.buffer_l.len();
        let delay_table_length = self.delay_table.len();
        let output_length = output_left.len();

        // Where nothing comes in any more, nothing comes out once the buffers have run empty.
        let silent = |input: &[f32]| input.iter().all(|sample| *sample == 0_f32);
        if silent(input_left) && silent(input_right) {
            if self.silence >= buffer_length {
                output_left.fill(0_f32);
                output_right.fill(0_f32);
                self.buffer_index = (self.buffer_index + output_length) % buffer_length;
                self.delay_table_index_l =
                    (self.delay_table_index_l + output_length) % delay_table_length;
                self.delay_table_index_r =
                    (self.delay_table_index_r + output_length) % delay_table_length;
                return;
            }
            self.silence += output_length;
        } else {
            self.silence = 0;
        }

        for t in 0..output_length {
            output_left[t] = Chorus::delayed(
                &self.buffer_l,
                self.buffer_index,
                self.delay_table[self.delay_table_index_l],
            );
            self.delay_table_index_l += 1;
            if self.delay_table_index_l == delay_table_length {
                self.delay_table_index_l = 0;
            }

            output_right[t] = Chorus::delayed(
                &self.buffer_r,
                self.buffer_index,
                self.delay_table[self.delay_table_index_r],
            );
            self.delay_table_index_r += 1;
            if self.delay_table_index_r == delay_table_length {
                self.delay_table_index_r = 0;
            }

            self.buffer_l[self.buffer_index] = input_left[t];
            self.buffer_r[self.buffer_index] = input_right[t];
            self.buffer_index += 1;
            if self.buffer_index == buffer_length {
                self.buffer_index = 0;
            }
        }
    }

    // What went into a buffer so many samples ago, between two samples. The whole samples of the delay are taken off
    // in integers: converting the position from an unsigned integer and back costs more than all the rest.
    fn delayed(buffer: &[f32], buffer_index: usize, delay: f32) -> f32 {
        let below = delay as i32;
        let whole = below + (below as f32 != delay) as i32;

        let mut index1 = buffer_index as i32 - whole;
        if index1 < 0 {
            index1 += buffer.len() as i32;
        }
        let index1 = index1 as usize;
        let mut index2 = index1 + 1;
        if index2 == buffer.len() {
            index2 = 0;
        }

        let x1 = buffer[index1] as f64;
        let x2 = buffer[index2] as f64;
        let a = whole as f64 - delay as f64;
        (x1 + a * (x2 - x1)) as f32
    }

    pub(crate) fn mute(&mut self) {
        let buffer_length = self.buffer_l.len();

        for t in 0..buffer_length {
            self.buffer_l[t] = 0_f32;
        }

        for t in 0..buffer_length {
            self.buffer_r[t] = 0_f32;
        }
    }
}
