//! A face for everybody, drawn from the person's colour.

use image::{DynamicImage, Rgb, RgbImage};

use super::png_bytes;
use crate::world::people::Person;

const SIDE: u32 = 160;

/// Head and shoulders on a coloured ground.
pub(crate) fn png(person: &Person) -> Vec<u8> {
    let (top, bottom) = (hsl(person.hue, 0.62, 0.66), hsl(person.hue + 28, 0.58, 0.48));
    let figure = hsl(person.hue, 0.55, 0.96);
    let picture = RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let ground = mix(top, bottom, f64::from(y) / f64::from(SIDE));
        Rgb(mix(ground, figure, figure_cover(f64::from(x) + 0.5, f64::from(y) + 0.5)))
    });
    png_bytes(&DynamicImage::ImageRgb8(picture))
}

/// How much of the pixel belongs to the figure, 0 to 1: smooth over one pixel at the edges.
fn figure_cover(x: f64, y: f64) -> f64 {
    let side = f64::from(SIDE);
    let middle = side / 2.0;
    let inside = |dx: f64, dy: f64, radius: f64| (radius - dx.hypot(dy) + 0.5).clamp(0.0, 1.0);
    let head = inside(x - middle, y - side * 0.40, side * 0.17);
    let shoulders = inside(x - middle, y - side * 0.98, side * 0.34);
    head.max(shoulders)
}

/// The same person for the phone page, with the first character of the name.
pub(crate) fn svg(person: &Person) -> String {
    let initial: String = person.name.chars().take(1).flat_map(escaped).collect();
    let (top, bottom) = (css(hsl(person.hue, 0.62, 0.66)), css(hsl(person.hue + 28, 0.58, 0.48)));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 80 80\"><defs><linearGradient id=\"g\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\"><stop stop-color=\"{top}\"/><stop offset=\"1\" stop-color=\"{bottom}\"/></linearGradient></defs><rect width=\"80\" height=\"80\" fill=\"url(#g)\"/><text x=\"40\" y=\"53\" font-family=\"'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif\" font-size=\"37\" font-weight=\"500\" text-anchor=\"middle\" fill=\"#fff\">{initial}</text></svg>"
    )
}

fn escaped(c: char) -> Vec<char> {
    match c {
        '<' => "&lt;".chars().collect(),
        '>' => "&gt;".chars().collect(),
        '&' => "&amp;".chars().collect(),
        c => vec![c],
    }
}

type Colour = [u8; 3];

fn css([r, g, b]: Colour) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn mix(from: Colour, to: Colour, share: f64) -> Colour {
    let channel = |i: usize| byte(f64::from(from[i]) + (f64::from(to[i]) - f64::from(from[i])) * share);
    [channel(0), channel(1), channel(2)]
}

fn hsl(hue: u16, saturation: f64, lightness: f64) -> Colour {
    let spread = saturation * lightness.min(1.0 - lightness);
    let channel = |offset: f64| {
        let k = (offset + f64::from(hue % 360) / 30.0) % 12.0;
        byte((lightness - spread * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)) * 255.0)
    };
    [channel(0.0), channel(8.0), channel(4.0)]
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a byte holds")]
fn byte(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}
