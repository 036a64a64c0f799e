//! Colours and sizes.

use continuo_music::{
    lead::LEAD_COLOUR,
    part::{MELODY_COLOUR, Part},
};
use egui::{Color32, CornerRadius, FontFamily, FontId, Id, Rgba, Stroke, TextStyle, Visuals, vec2};
use std::cell::Cell;

/// What makes the window easier to read. The user's choice for all windows, kept in the preferences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Legibility {
    /// Text is a fifth larger, where there is room for it.
    pub larger_text: bool,
    /// Black grounds, white text, and outlines around controls.
    pub high_contrast: bool,
}

thread_local! {
    /// How the window that this thread draws looks. Each window sets it before it draws, so windows that share a thread do
    /// not disturb each other.
    static LEGIBILITY: Cell<Legibility> = const { Cell::new(Legibility { larger_text: false, high_contrast: false }) };
}

/// The colours of the window.
struct Palette {
    ground: Color32,
    card: Color32,
    control: Color32,
    control_hovered: Color32,
    fill: Color32,
    bar_line: Color32,
    beat_line: Color32,
    bright: Color32,
    quiet: Color32,
    fault: Color32,
    fault_ground: Color32,
}

const USUAL: Palette = Palette {
    ground: Color32::from_rgb(0x12, 0x15, 0x1c),
    card: Color32::from_rgb(0x1a, 0x1e, 0x28),
    control: Color32::from_rgb(0x27, 0x2d, 0x3a),
    control_hovered: Color32::from_rgb(0x34, 0x3b, 0x4b),
    fill: Color32::from_rgb(0x45, 0x4e, 0x62),
    bar_line: Color32::from_rgb(0x45, 0x4d, 0x5c),
    beat_line: Color32::from_rgb(0x25, 0x2b, 0x37),
    bright: Color32::from_rgb(0xf2, 0xf4, 0xf8),
    quiet: Color32::from_rgb(0xa9, 0xb2, 0xc3),
    fault: Color32::from_rgb(0xff, 0x9d, 0x85),
    fault_ground: Color32::from_rgb(0x45, 0x1c, 0x16),
};

const HIGH_CONTRAST: Palette = Palette {
    ground: Color32::BLACK,
    card: Color32::from_rgb(0x0c, 0x0c, 0x0c),
    control: Color32::from_rgb(0x14, 0x14, 0x14),
    control_hovered: Color32::from_rgb(0x38, 0x38, 0x38),
    fill: Color32::from_rgb(0x4d, 0x4d, 0x4d),
    bar_line: Color32::from_rgb(0x9a, 0x9a, 0x9a),
    beat_line: Color32::from_rgb(0x4a, 0x4a, 0x4a),
    bright: Color32::WHITE,
    quiet: Color32::from_rgb(0xe0, 0xe0, 0xe0),
    fault: Color32::from_rgb(0xff, 0xc2, 0xb2),
    fault_ground: Color32::from_rgb(0x40, 0x00, 0x00),
};

fn palette() -> &'static Palette {
    if legibility().high_contrast { &HIGH_CONTRAST } else { &USUAL }
}

/// How the window that this thread draws looks.
pub fn legibility() -> Legibility {
    LEGIBILITY.get()
}

/// The background of the window.
pub fn ground() -> Color32 {
    palette().ground
}

/// Cards and lanes.
pub fn card() -> Color32 {
    palette().card
}

/// Controls at rest.
pub fn control() -> Color32 {
    palette().control
}

/// Controls under the pointer.
pub fn control_hovered() -> Color32 {
    palette().control_hovered
}

/// The filled part of a control.
pub fn fill() -> Color32 {
    palette().fill
}

/// Bar lines.
pub fn bar_line() -> Color32 {
    palette().bar_line
}

/// Beat lines.
pub fn beat_line() -> Color32 {
    palette().beat_line
}

/// Important text.
pub fn bright() -> Color32 {
    palette().bright
}

/// Less important text.
pub fn quiet() -> Color32 {
    palette().quiet
}

/// Text on a control that is switched on.
pub fn ink() -> Color32 {
    ground()
}

/// Controls that are on, and the keyboard's focus.
pub fn accent() -> Color32 {
    of(None)
}

/// Errors.
pub fn fault() -> Color32 {
    palette().fault
}

/// The background of an error.
pub fn fault_ground() -> Color32 {
    palette().fault_ground
}

/// The outline of a control at rest: none in the usual colours, where its ground sets it off.
pub fn outline() -> Stroke {
    if legibility().high_contrast { Stroke::new(1.0, quiet()) } else { Stroke::NONE }
}

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

/// The colour of Lead's notes.
pub const fn lead() -> Color32 {
    let [red, green, blue] = LEAD_COLOUR;
    Color32::from_rgb(red, green, blue)
}

/// The usual size of text on small controls, in points.
pub const SMALL: f32 = 13.0;
/// The usual size of headings, in points.
pub const HEADING: f32 = 15.5;
/// How much larger larger text is.
const LARGER: f32 = 1.2;

fn points(usual: f32) -> f32 {
    if legibility().larger_text { usual * LARGER } else { usual }
}

/// Body text.
pub fn text() -> FontId {
    FontId::new(points(14.0), FontFamily::Proportional)
}

/// Text of labels on small controls.
pub fn small() -> FontId {
    FontId::new(points(SMALL), FontFamily::Proportional)
}

/// Names and headings.
pub fn heading() -> FontId {
    FontId::new(points(HEADING), FontFamily::Proportional)
}

/// Lets the window that is drawn next on this thread look so. Called before anything of a frame is drawn.
pub fn wear(context: &egui::Context, legibility: Legibility) {
    LEGIBILITY.set(legibility);
    let worn = Id::unique("legibility");
    if context.data(|data| data.get_temp::<Legibility>(worn)) != Some(legibility) {
        context.data_mut(|data| data.insert_temp(worn, legibility));
        apply(context);
    }
}

/// Applies the theme to a window.
pub fn apply(context: &egui::Context) {
    context.set_theme(egui::Theme::Dark);
    // A release over the pressed button is a click however long it was held, as in other programs: a busy computer may
    // see both late.
    context.options_mut(|options| options.input_options.max_click_duration = f64::INFINITY);
    let mut visuals = Visuals::dark();
    visuals.override_text_color = Some(bright());
    visuals.panel_fill = ground();
    visuals.window_fill = card();
    visuals.window_stroke = Stroke::new(1.0, bar_line());
    visuals.extreme_bg_color = ground();
    visuals.selection.bg_fill = fill();
    visuals.selection.stroke = Stroke::new(1.0, accent());
    visuals.menu_corner_radius = CornerRadius::same(6);
    visuals.window_corner_radius = CornerRadius::same(8);
    for (widget, fill) in [
        (&mut visuals.widgets.inactive, control()),
        (&mut visuals.widgets.hovered, control_hovered()),
        (&mut visuals.widgets.active, fill()),
        (&mut visuals.widgets.open, control_hovered()),
    ] {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = outline();
        widget.fg_stroke = Stroke::new(1.0, bright());
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
        // Levels AA and AAA of the standard.
        for (high_contrast, least) in [(false, 4.5), (true, 7.0)] {
            LEGIBILITY.set(Legibility { high_contrast, ..Legibility::default() });
            for ground in [ground(), card(), control(), control_hovered(), fill()] {
                assert!(contrast(bright(), ground) >= least, "bright on {ground:?}: {}", contrast(bright(), ground));
            }
            for ground in [ground(), card(), control(), control_hovered()] {
                assert!(contrast(quiet(), ground) >= least, "quiet on {ground:?}: {}", contrast(quiet(), ground));
            }
            assert!(contrast(ink(), accent()) >= least);
            assert!(contrast(fault(), fault_ground()) >= least);
            assert!(contrast(bright(), fault_ground()) >= least);
            for part in Part::ALL.into_iter().map(Some).chain([None]) {
                let as_text = contrast(of(part), ground()).min(contrast(of(part), card()));
                assert!(as_text >= least, "{part:?} as text: {as_text}");
                assert!(contrast(ink(), of(part)) >= least, "ink on {part:?}: {}", contrast(ink(), of(part)));
                let filled = mix(control(), of(part), FILL_OF_PART);
                assert!(contrast(bright(), filled) >= least, "bright on the fill of {part:?}");
            }
        }
    }

    #[test]
    fn what_is_on_differs_from_what_is_off_by_lightness_too() {
        for high_contrast in [false, true] {
            LEGIBILITY.set(Legibility { high_contrast, ..Legibility::default() });
            for part in Part::ALL.into_iter().map(Some).chain([None]) {
                for off in [control(), control_hovered()] {
                    assert!(contrast(of(part), off) >= 3.0, "{part:?}: {}", contrast(of(part), off));
                }
            }
        }
    }

    #[test]
    fn high_contrast_outlines_controls_so_that_they_are_seen() {
        LEGIBILITY.set(Legibility { high_contrast: true, ..Legibility::default() });
        assert!(contrast(outline().color, card()) >= 7.0 && contrast(bar_line(), ground()) >= 3.0);
        LEGIBILITY.set(Legibility::default());
        assert_eq!(outline(), Stroke::NONE);
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
