//! Draws every size the desktop systems ask for from the one picture `icons/roster.svg`.

use std::{
    fs::{self, File},
    io::BufWriter,
    path::{Path, PathBuf},
    process::ExitCode,
};

use resvg::{tiny_skia, usvg};

/// A picture drawn at one size.
struct Picture {
    size: u32,
    png: Vec<u8>,
    /// Straight (not premultiplied) RGBA, which is what the icon containers want.
    rgba: Vec<u8>,
}

/// What can go wrong while drawing.
#[derive(Debug, thiserror::Error)]
enum DrawError {
    #[error("cannot read or write {path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("the source picture is not an SVG we can read: {0}")]
    Source(#[from] usvg::Error),
    #[error("the picture cannot be encoded: {0}")]
    Encode(String),
}

const PNG_SIZES: [(u32, &str); 6] = [
    (32, "32x32.png"),
    (64, "64x64.png"),
    (128, "128x128.png"),
    (256, "128x128@2x.png"),
    (512, "icon.png"),
    (44, "tray.png"),
];
const ICO_SIZES: [u32; 6] = [16, 24, 32, 48, 64, 256];
const ICNS_SIZES: [u32; 6] = [16, 32, 128, 256, 512, 1024];

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../icons");
    match draw_all(&folder) {
        Ok(names) => {
            report(&names);
            ExitCode::SUCCESS
        }
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stdout, reason = "this program talks to a terminal")]
fn report(names: &[PathBuf]) {
    for name in names {
        println!("{}", name.display());
    }
}

#[allow(clippy::print_stderr, reason = "this program talks to a terminal")]
fn complain(error: &DrawError) {
    eprintln!("{error}");
}

fn draw_all(folder: &Path) -> Result<Vec<PathBuf>, DrawError> {
    let source_path = folder.join("roster.svg");
    let source = fs::read(&source_path).map_err(|source| DrawError::File { path: source_path, source })?;
    let tree = usvg::Tree::from_data(&source, &usvg::Options::default())?;

    let mut written = Vec::new();
    for (size, name) in PNG_SIZES {
        let path = folder.join(name);
        fs::write(&path, draw(&tree, size)?.png).map_err(|source| DrawError::File { path: path.clone(), source })?;
        written.push(path);
    }
    written.push(write_ico(&tree, &folder.join("icon.ico"))?);
    written.push(write_icns(&tree, &folder.join("icon.icns"))?);
    Ok(written)
}

fn draw(tree: &usvg::Tree, size: u32) -> Result<Picture, DrawError> {
    let mut pixmap =
        tiny_skia::Pixmap::new(size, size).ok_or_else(|| DrawError::Encode(format!("no picture of {size} pixels")))?;
    let scale = f64::from(size) / f64::from(tree.size().width());
    #[allow(clippy::cast_possible_truncation, reason = "a scale between 0 and 2")]
    let scale = scale as f32;
    resvg::render(tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    let png = pixmap.encode_png().map_err(|error| DrawError::Encode(error.to_string()))?;
    let rgba = pixmap
        .pixels()
        .iter()
        .map(|pixel| pixel.demultiply())
        .flat_map(|c| [c.red(), c.green(), c.blue(), c.alpha()])
        .collect();
    Ok(Picture { size, png, rgba })
}

fn write_ico(tree: &usvg::Tree, path: &Path) -> Result<PathBuf, DrawError> {
    let mut container = ico::IconDir::new(ico::ResourceType::Icon);
    for size in ICO_SIZES {
        let picture = draw(tree, size)?;
        let image = ico::IconImage::from_rgba_data(picture.size, picture.size, picture.rgba);
        container.add_entry(ico::IconDirEntry::encode(&image).map_err(|e| DrawError::Encode(e.to_string()))?);
    }
    let file = File::create(path).map_err(|source| DrawError::File { path: path.into(), source })?;
    container.write(BufWriter::new(file)).map_err(|source| DrawError::File { path: path.into(), source })?;
    Ok(path.into())
}

fn write_icns(tree: &usvg::Tree, path: &Path) -> Result<PathBuf, DrawError> {
    let mut family = icns::IconFamily::new();
    for size in ICNS_SIZES {
        let picture = draw(tree, size)?;
        let image = icns::Image::from_data(icns::PixelFormat::RGBA, picture.size, picture.size, picture.rgba)
            .map_err(|e| DrawError::Encode(e.to_string()))?;
        family.add_icon(&image).map_err(|e| DrawError::Encode(e.to_string()))?;
    }
    let file = File::create(path).map_err(|source| DrawError::File { path: path.into(), source })?;
    family.write(BufWriter::new(file)).map_err(|source| DrawError::File { path: path.into(), source })?;
    Ok(path.into())
}
