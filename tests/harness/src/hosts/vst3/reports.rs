//! Parameters that a VST3 plugin tells its host that it moved.

use crate::event::{Reported, ReportedKind};
use std::{
    ptr,
    sync::{Mutex, MutexGuard, PoisonError},
};
use vst3::{
    Class, ComPtr, ComWrapper,
    Steinberg::{
        Vst::{
            IParamValueQueue, IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait, ParamID, ParamValue,
        },
        int32, kInvalidArgument, kResultOk, tresult,
    },
};

/// How many parameters a plugin may move in one block.
const MOST_PARAMETERS: usize = 64;
/// How often each may move.
const MOST_POINTS: usize = 256;

/// Queues that are kept from block to block, because the plugin may be watched for allocations.
pub struct Reports {
    queues: Vec<ComWrapper<Queue>>,
    used: Mutex<usize>,
}

impl Reports {
    /// Empty queues, with room for what a plugin moves in a block.
    pub fn with_room() -> Self {
        Self {
            queues: (0..MOST_PARAMETERS).map(|_| ComWrapper::new(Queue::default())).collect(),
            used: Mutex::default(),
        }
    }

    /// Forgets the last block.
    pub fn clear(&self) {
        *locked(&self.used) = 0;
    }

    /// What the plugin told, one parameter after the other.
    pub fn reported(&self) -> Vec<Reported> {
        let used = self.queues.iter().take(*locked(&self.used));
        used.flat_map(|queue| {
            let queue = locked(&queue.0);
            let point = |&(time, value): &(i32, f64)| Reported {
                time: time as u32,
                id: queue.id,
                kind: ReportedKind::Value(value),
            };
            queue.points.iter().map(point).collect::<Vec<_>>()
        })
        .collect()
    }

    fn pointer(&self, index: usize) -> *mut IParamValueQueue {
        // The list keeps the queue alive.
        self.queues
            .get(index)
            .and_then(ComWrapper::to_com_ptr)
            .map_or(ptr::null_mut(), |queue: ComPtr<_>| queue.as_ptr())
    }
}

impl Class for Reports {
    type Interfaces = (IParameterChanges,);
}

impl IParameterChangesTrait for Reports {
    unsafe fn getParameterCount(&self) -> int32 {
        *locked(&self.used) as int32
    }

    unsafe fn getParameterData(&self, index: int32) -> *mut IParamValueQueue {
        let index = usize::try_from(index).ok().filter(|&index| index < *locked(&self.used));
        index.map_or(ptr::null_mut(), |index| self.pointer(index))
    }

    unsafe fn addParameterData(&self, id: *const ParamID, index: *mut int32) -> *mut IParamValueQueue {
        // SAFETY: the caller gives a number.
        let id = unsafe { id.read() };
        let mut used = locked(&self.used);
        let found = self.queues.iter().take(*used).position(|queue| locked(&queue.0).id == id);
        let place = found.unwrap_or(*used);
        if found.is_none() {
            let Some(queue) = self.queues.get(place) else { return ptr::null_mut() };
            let mut queue = locked(&queue.0);
            queue.id = id;
            queue.points.clear();
            *used += 1;
        }
        // SAFETY: the caller gives a place for a number.
        unsafe { index.write(place as int32) };
        self.pointer(place)
    }
}

struct Points {
    id: ParamID,
    points: Vec<(int32, ParamValue)>,
}

struct Queue(Mutex<Points>);

impl Default for Queue {
    fn default() -> Self {
        Self(Mutex::new(Points { id: 0, points: Vec::with_capacity(MOST_POINTS) }))
    }
}

impl Class for Queue {
    type Interfaces = (IParamValueQueue,);
}

impl IParamValueQueueTrait for Queue {
    unsafe fn getParameterId(&self) -> ParamID {
        locked(&self.0).id
    }

    unsafe fn getPointCount(&self) -> int32 {
        locked(&self.0).points.len() as int32
    }

    unsafe fn getPoint(&self, index: int32, offset: *mut int32, value: *mut ParamValue) -> tresult {
        let point = usize::try_from(index).ok().and_then(|index| locked(&self.0).points.get(index).copied());
        let Some((found_offset, found_value)) = point else { return kInvalidArgument };
        // SAFETY: the caller gives places for both numbers.
        unsafe {
            offset.write(found_offset);
            value.write(found_value);
        }
        kResultOk
    }

    unsafe fn addPoint(&self, offset: int32, value: ParamValue, index: *mut int32) -> tresult {
        let points = &mut locked(&self.0).points;
        if points.len() == points.capacity() {
            return kInvalidArgument;
        }
        // SAFETY: the caller gives a place for a number.
        unsafe { index.write(points.len() as int32) };
        points.push((offset, value));
        kResultOk
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
