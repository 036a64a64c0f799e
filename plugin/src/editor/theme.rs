//! Colours and sizes.

use continuo_music::part::{MELODY_COLOUR, Part};
use egui::{Color32, CornerRadius, FontFamily, FontId, Rgba, Stroke, TextStyle, Visuals, vec2};

/// The background of the window.
pub const GROUND: Color32 = Color32::from_rgb(0x12, 0x15, 0x1c);
/// Cards and lanes.
pub const CARD: Color32 = Color32::from_rgb(0x1a, 0x1e, 0x28);
/// Controls at rest.
pub const CONTROL: Color32 = Color32::from_rgb(0x27, 0x2d, 0x3a);
/// Controls under the pointer.
pub const CONTROL_HOVERED: Color32 = Color32::from_rgb(0x34, 0x3b, 0x4b);
/// The filled part of a control.
pub const FILL: Color32 = Color32::from_rgb(0x45, 0x4e, 0x62);
/// Bar lines.
pub const BAR_LINE: Color32 = Color32::from_rgb(0x45, 0x4d, 0x5c);
/// Beat lines.
pub const BEAT_LINE: Color32 = Color32::from_rgb(0x25, 0x2b, 0x37);
/// Important text.
pub const BRIGHT: Color32 = Color32::from_rgb(0xf2, 0xf4, 0xf8);
/// Less important text.
pub const QUIET: Color32 = Color32::from_rgb(0xa9, 0xb2, 0xc3);
/// Text on a control that is switched on.
pub const INK: Color32 = GROUND;
/// Controls that are on, and the keyboard's focus.
pub const ACCENT: Color32 = of(None);
/// Errors.
pub const FAULT: Color32 = Color32::from_rgb(0xff, 0x9d, 0x85);
/// The background of an error.
pub const FAULT_GROUND: Color32 = Color32::from_rgb(0x45, 0x1c, 0x16);
/// The white keys of the keyboard.
pub const WHITE_KEY: Color32 = Color32::from_rgb(0xdd, 0xe0, 0xe6);

/// How much of a part's colour the bars of its numbers have.
pub const FILL_OF_PART: f32 = 0.3;
/// The gap between neighbouring controls.
pub const GAP: f32 = 6.0;
/// The height of a control.
pub const ROW: f32 = 26.0;
/// Rounded corners.
pub const ROUND: CornerRadius = CornerRadius::same(4);

/// The colour of a part, or of the melody.
pub const fn of(part: Option<Part>) -> Color32 {
    let [red, green, blue] = match part {
        None => MELODY_COLOUR,
        Some(part) => part.colour(),
    };
    Color32::from_rgb(red, green, blue)
}

/// Body text.
pub fn text() -> FontId {
    FontId::new(14.0, FontFamily::Proportional)
}

/// Text of labels on small controls.
pub fn small() -> FontId {
    FontId::new(13.0, FontFamily::Proportional)
}

/// Names and headings.
pub fn heading() -> FontId {
    FontId::new(15.5, FontFamily::Proportional)
}

/// Applies the theme to a window.
pub fn apply(context: &egui::Context) {
    context.set_theme(egui::Theme::Dark);
    // A release over the pressed button is a click however long it was held, as in other programs: a busy computer may
    // see both late.
    context.options_mut(|options| options.input_options.max_click_duration = f64::INFINITY);
    let mut visuals = Visuals::dark();
    visuals.override_text_color = Some(BRIGHT);
    visuals.panel_fill = GROUND;
    visuals.window_fill = CARD;
    visuals.window_stroke = Stroke::new(1.0, BAR_LINE);
    visuals.extreme_bg_color = GROUND;
    visuals.selection.bg_fill = FILL;
    visuals.selection.stroke = Stroke::new(1.0, ACCENT);
    visuals.menu_corner_radius = CornerRadius::same(6);
    visuals.window_corner_radius = CornerRadius::same(8);
    for (widget, fill) in [
        (&mut visuals.widgets.inactive, CONTROL),
        (&mut visuals.widgets.hovered, CONTROL_HOVERED),
        (&mut visuals.widgets.active, FILL),
        (&mut visuals.widgets.open, CONTROL_HOVERED),
    ] {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = Stroke::NONE;
        widget.fg_stroke = Stroke::new(1.0, BRIGHT);
        widget.corner_radius = ROUND;
        widget.expansion = 0.0;
    }
    context.set_visuals(visuals);
    context.all_styles_mut(|style| {
        style.spacing.item_spacing = vec2(GAP, GAP);
        style.spacing.button_padding = vec2(9.0, 3.0);
        style.spacing.interact_size.y = ROW;
        style.interaction.selectable_labels = false;
        style.interaction.tooltip_delay = 0.6;
        style.text_styles.insert(TextStyle::Body, text());
        style.text_styles.insert(TextStyle::Button, small());
        style.text_styles.insert(TextStyle::Small, small());
        style.text_styles.insert(TextStyle::Heading, heading());
    });
}

/// A colour without gamma correction, for clearing the window.
pub fn without_gamma(colour: Color32) -> Rgba {
    let [red, green, blue, opacity] = colour.to_array().map(|channel| f32::from(channel) / 255.0);
    Rgba::from_rgba_premultiplied(red, green, blue, opacity)
}

/// `over` mixed into `under`, `amount` from 0 to 1.
pub fn mix(under: Color32, over: Color32, amount: f32) -> Color32 {
    under.lerp_to_gamma(over, amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast of two colours, 1 to 21: Web Content Accessibility Guidelines 2.2, "contrast ratio".
    fn contrast(left: Color32, right: Color32) -> f64 {
        let luminance = |colour: Color32| {
            let linear = |channel: u8| {
                let value = f64::from(channel) / 255.0;
                if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * linear(colour.r()) + 0.7152 * linear(colour.g()) + 0.0722 * linear(colour.b())
        };
        let (left, right) = (luminance(left) + 0.05, luminance(right) + 0.05);
        if left > right { left / right } else { right / left }
    }

    #[test]
    fn contrast_is_measured_as_in_the_standard() {
        assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 1e-9);
        assert!((contrast(Color32::from_gray(0x77), Color32::WHITE) - 4.48).abs() < 0.01);
    }

    #[test]
    fn text_is_readable_on_every_background() {
        for ground in [GROUND, CARD, CONTROL, CONTROL_HOVERED, FILL] {
            assert!(contrast(BRIGHT, ground) >= 4.5, "bright on {ground:?}: {}", contrast(BRIGHT, ground));
        }
        for ground in [GROUND, CARD, CONTROL, CONTROL_HOVERED] {
            assert!(contrast(QUIET, ground) >= 4.5, "quiet on {ground:?}: {}", contrast(QUIET, ground));
        }
        assert!(contrast(INK, ACCENT) >= 4.5);
        assert!(contrast(FAULT, FAULT_GROUND) >= 4.5);
        assert!(contrast(BRIGHT, FAULT_GROUND) >= 4.5);
        for part in Part::ALL.into_iter().map(Some).chain([None]) {
            assert!(contrast(of(part), GROUND) >= 4.5 && contrast(of(part), CARD) >= 4.5, "{part:?} as text");
            assert!(contrast(INK, of(part)) >= 4.5, "ink on {part:?}");
            assert!(contrast(BRIGHT, mix(CONTROL, of(part), FILL_OF_PART)) >= 4.5, "bright on the fill of {part:?}");
        }
    }

    /// Machado, Oliveira and Fernandes (2009), full protanopia, deuteranopia and tritanopia, in linear light.
    const BLIND: [[[f64; 3]; 3]; 3] = [
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
    ];

    #[test]
    fn colour_blind_people_can_tell_the_parts_apart() {
        let seen = |colour: Color32, eye: &[[f64; 3]; 3]| {
            let linear = [colour.r(), colour.g(), colour.b()].map(|channel| (f64::from(channel) / 255.0).powf(2.2));
            eye.map(|row| {
                row.iter()
                    .zip(linear)
                    .map(|(weight, value)| weight * value)
                    .sum::<f64>()
                    .clamp(0.0, 1.0)
                    .powf(1.0 / 2.2)
            })
        };
        let parts: Vec<_> = Part::ALL.into_iter().map(Some).chain([None]).collect();
        for eye in &BLIND {
            for (index, &left) in parts.iter().enumerate() {
                for &right in &parts[..index] {
                    let (one, other) = (seen(of(left), eye), seen(of(right), eye));
                    let distance = one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                    assert!(distance > 0.1, "{left:?} and {right:?} look alike: {distance}");
                }
            }
        }
    }
}
