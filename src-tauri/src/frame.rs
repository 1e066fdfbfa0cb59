//! Size and position of the main window, kept between runs in a small plain file.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};
use tauri::{LogicalPosition, LogicalSize, Monitor, WebviewWindow};

/// The size at the first start, in logical pixels.
pub(crate) const FIRST_SIZE: (f64, f64) = (1200.0, 780.0);
/// Below this the pages do not fit.
pub(crate) const MIN_SIZE: (f64, f64) = (900.0, 600.0);
/// So much of a window must lie on a screen for its place to be taken again.
const VISIBLE_MARGIN: f64 = 120.0;

/// Where the window was, in logical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Frame {
    width: f64,
    height: f64,
    x: f64,
    y: f64,
    maximized: bool,
}

/// A screen, in logical pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl From<&Monitor> for Screen {
    fn from(monitor: &Monitor) -> Self {
        let scale = monitor.scale_factor();
        let place: LogicalPosition<f64> = monitor.position().to_logical(scale);
        let size: LogicalSize<f64> = monitor.size().to_logical(scale);
        Self { x: place.x, y: place.y, width: size.width, height: size.height }
    }
}

impl Frame {
    /// What was kept; `None` at the first start and when the file cannot be read, which is no loss.
    pub(crate) fn load(file: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(file).ok()?).ok()
    }

    /// Reads the window as it is now. A maximized one keeps the size it had before.
    pub(crate) fn of(window: &WebviewWindow, before: Option<Self>) -> tauri::Result<Self> {
        if window.is_maximized()? {
            let normal =
                before.unwrap_or(Self { width: FIRST_SIZE.0, height: FIRST_SIZE.1, x: 0.0, y: 0.0, maximized: true });
            return Ok(Self { maximized: true, ..normal });
        }
        let scale = window.scale_factor()?;
        let size: LogicalSize<f64> = window.inner_size()?.to_logical(scale);
        let place: LogicalPosition<f64> = window.outer_position()?.to_logical(scale);
        Ok(Self { width: size.width, height: size.height, x: place.x, y: place.y, maximized: false })
    }

    /// Writes the file whole or not at all.
    pub(crate) fn save(&self, file: &Path) -> std::io::Result<()> {
        let beside = file.with_extension("json.new");
        fs::write(&beside, serde_json::to_vec_pretty(self)?)?;
        fs::rename(&beside, file)
    }

    /// Gives the window this frame, as far as the screens of today allow.
    pub(crate) fn apply(&self, window: &WebviewWindow) -> tauri::Result<()> {
        let screens: Vec<Screen> = window.available_monitors()?.iter().map(Screen::from).collect();
        let size = self.size_on(&screens);
        window.set_size(LogicalSize::new(size.0, size.1))?;
        if self.is_visible_on(&screens) {
            window.set_position(LogicalPosition::new(self.x, self.y))?;
        }
        if self.maximized {
            window.maximize()?;
        }
        Ok(())
    }

    fn size_on(&self, screens: &[Screen]) -> (f64, f64) {
        let widest = screens.iter().map(|screen| screen.width).fold(MIN_SIZE.0, f64::max);
        let tallest = screens.iter().map(|screen| screen.height).fold(MIN_SIZE.1, f64::max);
        // `max` before `min`, so that a damaged file (NaN) ends at the smallest size.
        (self.width.max(MIN_SIZE.0).min(widest), self.height.max(MIN_SIZE.1).min(tallest))
    }

    fn is_visible_on(&self, screens: &[Screen]) -> bool {
        screens.iter().any(|screen| {
            self.x + self.width > screen.x + VISIBLE_MARGIN
                && self.x < screen.x + screen.width - VISIBLE_MARGIN
                && self.y >= screen.y
                && self.y < screen.y + screen.height - VISIBLE_MARGIN
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Screen = Screen { x: 0.0, y: 0.0, width: 1920.0, height: 1080.0 };
    const FRAME: Frame = Frame { width: 1300.0, height: 800.0, x: 50.0, y: 40.0, maximized: false };

    #[test]
    fn a_frame_comes_back_from_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("window.json");
        FRAME.save(&file).unwrap();
        assert_eq!(Frame::load(&file), Some(FRAME));
    }

    #[test]
    fn a_damaged_file_is_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("window.json");
        fs::write(&file, "{\"width\": 3").unwrap();
        assert_eq!(Frame::load(&file), None);
    }

    #[test]
    fn a_window_of_a_screen_that_is_gone_is_not_put_out_of_sight() {
        assert!(FRAME.is_visible_on(&[SCREEN]));
        assert!(!Frame { x: 2500.0, ..FRAME }.is_visible_on(&[SCREEN]));
        assert!(!Frame { y: -900.0, ..FRAME }.is_visible_on(&[SCREEN]));
        assert!(!FRAME.is_visible_on(&[]));
    }

    #[test]
    fn sizes_stay_between_the_smallest_and_the_screen() {
        assert_eq!(Frame { width: 10.0, height: 9000.0, ..FRAME }.size_on(&[SCREEN]), (900.0, 1080.0));
        assert_eq!(Frame { width: f64::NAN, ..FRAME }.size_on(&[SCREEN]).0, 900.0);
    }
}
