//! A QR code as a picture, for the platforms that send one.

use image::{DynamicImage, Luma};
use qrcode::QrCode;

use super::png_bytes;

/// The code as PNG; empty when the text is too long for one.
pub(crate) fn png(text: &str) -> Vec<u8> {
    match QrCode::new(text.as_bytes()) {
        Ok(code) => {
            let picture = code.render::<Luma<u8>>().min_dimensions(240, 240).build();
            png_bytes(&DynamicImage::ImageLuma8(picture))
        }
        Err(problem) => {
            tracing::warn!(%problem, "no QR code");
            Vec::new()
        }
    }
}
