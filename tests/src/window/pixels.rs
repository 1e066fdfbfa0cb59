//! What is really on the screen: the window's pixels, and the codes in them.

use std::{
    path::Path,
    process::{Command, Output},
};

use super::DriveError;

/// What the decoders read in one picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// By zbarimg, which shares no code with us.
    pub zbar: Vec<String>,
    /// By rqrr.
    pub rqrr: Vec<String>,
}

impl Reading {
    /// The one text that both read; `None` when they do not agree on exactly one.
    pub fn agreed(&self) -> Option<&str> {
        match (self.zbar.as_slice(), self.rqrr.as_slice()) {
            ([by_zbar], [by_rqrr]) if by_zbar == by_rqrr => Some(by_zbar),
            _ => None,
        }
    }
}

/// Takes a picture of the app's window from the X display: what a person sees in that part of the screen, with
/// whatever lies over it, not what the page thinks it shows.
///
/// # Errors
/// [`DriveError::Said`] when there is no such window or the picture cannot be taken.
pub fn capture(to: &Path) -> Result<(), DriveError> {
    capture_of(("--class", "^roster$"), to)
}

/// The same of the last visible window whose title matches.
///
/// # Errors
/// As [`capture`].
pub fn capture_titled(title: &str, to: &Path) -> Result<(), DriveError> {
    capture_of(("--name", title), to)
}

fn capture_of((by, what): (&str, &str), to: &Path) -> Result<(), DriveError> {
    let windows = output("xdotool", Command::new("xdotool").args(["search", "--onlyvisible", by, what]))?;
    let listed = String::from_utf8_lossy(&windows.stdout).into_owned();
    let Some(window) = listed.lines().next_back() else {
        return Err(DriveError::Said { program: "xdotool", said: "no visible window of the app".into() });
    };
    let place = output("xwininfo", Command::new("xwininfo").args(["-id", window]))?;
    let place = String::from_utf8_lossy(&place.stdout).into_owned();
    let number = |name: &str| -> Option<u32> {
        place.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(':')?.trim().parse().ok())
    };
    let (Some(x), Some(y)) = (number("Absolute upper-left X"), number("Absolute upper-left Y")) else {
        return Err(DriveError::Said { program: "xwininfo", said: place });
    };
    let (Some(width), Some(height)) = (number("Width"), number("Height")) else {
        return Err(DriveError::Said { program: "xwininfo", said: place });
    };
    let part = format!("{width}x{height}+{x}+{y}");
    let mut import = Command::new("import");
    import.args(["-silent", "-window", "root", "-crop", &part, "+repage"]).arg(to);
    let taken = output("import", &mut import)?;
    if taken.status.success() {
        return Ok(());
    }
    Err(DriveError::Said { program: "import", said: String::from_utf8_lossy(&taken.stderr).into_owned() })
}

/// Reads the QR codes in a picture, with two decoders.
///
/// # Errors
/// [`DriveError::Picture`] when the file is no picture, [`DriveError::Program`] when zbarimg is missing.
pub fn read_qr(picture: &Path) -> Result<Reading, DriveError> {
    Ok(Reading { zbar: read_with_zbar(picture)?, rqrr: read_with_rqrr(picture)? })
}

fn read_with_zbar(picture: &Path) -> Result<Vec<String>, DriveError> {
    let mut zbar = Command::new("zbarimg");
    // Ends with 4 when the picture holds no code, which is an answer here.
    let read = output("zbarimg", zbar.args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(picture))?;
    Ok(String::from_utf8_lossy(&read.stdout).lines().filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

fn read_with_rqrr(picture: &Path) -> Result<Vec<String>, DriveError> {
    let grey =
        image::open(picture).map_err(|source| DriveError::Picture { path: picture.into(), source })?.into_luma8();
    let mut prepared = rqrr::PreparedImage::prepare(grey);
    Ok(prepared.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect())
}

fn output(program: &'static str, command: &mut Command) -> Result<Output, DriveError> {
    command.output().map_err(|source| DriveError::Program { program: program.into(), source })
}
