//! The picture of a code, made here from the platform's text.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use image::{ExtendedColorType, ImageEncoder, Luma, codecs::png::PngEncoder};
use qrcode::{EcLevel, QrCode};

/// Pixels a module: large enough for any phone, also from a screenshot.
const MODULE: u32 = 8;

/// A text that no code can hold.
#[derive(Debug, thiserror::Error)]
pub(super) enum QrError {
    /// Too long, above all.
    #[error("the text does not fit into a code: {0}")]
    Text(#[from] qrcode::types::QrError),
    /// The picture could not be written.
    #[error("the code's picture could not be made: {0}")]
    Picture(#[from] image::ImageError),
}

/// The text as a `data:image/png;base64,…` address, black on white with a quiet zone of four modules all around.
pub(super) fn picture(text: &str) -> Result<String, QrError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
    let picture = code.render::<Luma<u8>>().quiet_zone(true).module_dimensions(MODULE, MODULE).build();
    let mut png = Vec::new();
    PngEncoder::new(&mut png).write_image(
        picture.as_raw(),
        picture.width(),
        picture.height(),
        ExtendedColorType::L8,
    )?;
    Ok(format!("data:image/png;base64,{}", STANDARD.encode(png)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_crisp_and_has_its_quiet_zone() {
        let text = "https://account.bilibili.com/h5/account-h5/auth/scan-web?navhide=1&qrcode_key=0123456789abcdef";
        let address = picture(text).unwrap();
        let png = STANDARD.decode(address.strip_prefix("data:image/png;base64,").unwrap()).unwrap();
        let read = image::load_from_memory(&png).unwrap().to_luma8();
        let width = read.width();
        assert_eq!(width, read.height());
        assert_eq!(width % MODULE, 0);
        let modules = width / MODULE;
        let quiet = 4 * MODULE;
        for (x, y, pixel) in read.enumerate_pixels() {
            assert!(pixel.0[0] == 0 || pixel.0[0] == 255, "grey at {x},{y}");
            let outside = x < quiet || y < quiet || x >= width - quiet || y >= width - quiet;
            assert!(!outside || pixel.0[0] == 255, "ink in the quiet zone at {x},{y}");
        }
        // The corner pattern begins right behind the quiet zone: dark, and as wide as seven modules.
        assert!((0..7 * MODULE).all(|x| read.get_pixel(quiet + x, quiet).0[0] == 0));
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        assert_eq!(modules as usize, code.width() + 8);
        for y in 0..code.width() {
            for x in 0..code.width() {
                let at = |n: usize| (u32::try_from(n).unwrap() + 4) * MODULE + MODULE / 2;
                let dark = code[(x, y)] == qrcode::Color::Dark;
                assert_eq!(read.get_pixel(at(x), at(y)).0[0] == 0, dark, "{x},{y}");
            }
        }
    }

    #[test]
    fn a_text_that_is_too_long_is_an_error() {
        assert!(picture(&"x".repeat(10_000)).is_err());
    }
}
