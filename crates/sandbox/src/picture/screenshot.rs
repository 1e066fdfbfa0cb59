//! Reads the QR code in a screenshot, as a phone's camera would: it tries again larger, smaller and inverted, for codes
//! on dark screens, on scaled displays, in a corner of a large window.

use std::io::Cursor;

use image::imageops::{FilterType, resize};
use image::{GrayImage, ImageReader, Limits};

/// Why no text came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("not a PNG, JPEG or WebP picture")]
    NotAPicture,
    #[error("no QR code in the picture")]
    NoCode,
}

/// Larger pictures are not taken in, in pixels a side.
const MAX_SIDE: u32 = 12_000;
/// Tried in this order: as it is, then what helps small, large and blurred codes.
const SCALES: [f64; 5] = [1.0, 2.0, 0.5, 1.5, 3.0];
/// A scaled copy is not made larger than this many pixels.
const MAX_PIXELS: f64 = 40e6;

/// The texts of all codes in the picture, each once.
pub(crate) fn texts(bytes: &[u8]) -> Result<Vec<String>, Unreadable> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| Unreadable::NotAPicture)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    reader.limits(limits);
    let gray = reader.decode().map_err(|_| Unreadable::NotAPicture)?.to_luma8();
    for scale in SCALES {
        let Some(scaled) = scaled(&gray, scale) else { continue };
        for variant in [scaled.clone(), stretched(&scaled), inverted(&scaled)] {
            let found = read(variant);
            if !found.is_empty() {
                return Ok(found);
            }
        }
    }
    Err(Unreadable::NoCode)
}

fn read(picture: GrayImage) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for grid in rqrr::PreparedImage::prepare(picture).detect_grids() {
        if let Ok((_, text)) = grid.decode()
            && !texts.contains(&text)
        {
            texts.push(text);
        }
    }
    texts
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides are at least 1 and at most 3 × MAX_SIDE"
)]
fn scaled(picture: &GrayImage, scale: f64) -> Option<GrayImage> {
    let (width, height) = (f64::from(picture.width()) * scale, f64::from(picture.height()) * scale);
    if width * height > MAX_PIXELS && scale > 1.0 {
        return None;
    }
    if (scale - 1.0).abs() < f64::EPSILON {
        return Some(picture.clone());
    }
    Some(resize(picture, width.max(1.0) as u32, height.max(1.0) as u32, FilterType::Triangle))
}

/// Light to white, dark to black: for pale codes and dimmed screens.
fn stretched(picture: &GrayImage) -> GrayImage {
    let (darkest, lightest) =
        picture.pixels().fold((255_u8, 0_u8), |(low, high), p| (low.min(p.0[0]), high.max(p.0[0])));
    let middle = darkest / 2 + lightest / 2;
    map(picture, |value| if value > middle { 255 } else { 0 })
}

fn inverted(picture: &GrayImage) -> GrayImage {
    map(picture, |value| 255 - value)
}

fn map(picture: &GrayImage, change: impl Fn(u8) -> u8) -> GrayImage {
    let mut changed = picture.clone();
    for pixel in changed.pixels_mut() {
        pixel.0[0] = change(pixel.0[0]);
    }
    changed
}
