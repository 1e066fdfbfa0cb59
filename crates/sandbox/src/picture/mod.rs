//! Pictures: people's faces, codes to show, codes to read from a screenshot.

pub(crate) mod avatar;
pub(crate) mod code;
pub(crate) mod screenshot;

use image::{DynamicImage, ImageFormat};

/// As PNG bytes; empty when the encoder fails, which it does not for pictures made here.
fn png_bytes(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    match picture.write_to(&mut bytes, ImageFormat::Png) {
        Ok(()) => bytes.into_inner(),
        Err(problem) => {
            tracing::warn!(%problem, "a picture was not encoded");
            Vec::new()
        }
    }
}
