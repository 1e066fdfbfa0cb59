//! Where things are kept on this computer.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

/// A file of this name beside the program makes it portable: everything then lives in `data` beside it.
const PORTABLE_MARKER: &str = "portable";

/// The folders and files of one installation. All of them lie under one data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Places {
    /// The data folder; the engine keeps the vault and the preferences in it.
    pub(crate) data: PathBuf,
}

/// Why there is no data folder to work in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlacesError {
    #[error("this system names no folder for program data; choose one with --data-dir DIR")]
    NoHome,
    #[error("cannot use the data folder {path}: {source}")]
    Unusable { path: PathBuf, source: io::Error },
}

/// Held as long as the program runs; a second start on the same folder cannot take it.
#[derive(Debug)]
pub(crate) struct FolderLock(#[allow(dead_code, reason = "the open file is the lock")] File);

impl Places {
    /// Decides between the folder asked for, the portable one and the system's own.
    ///
    /// # Errors
    /// [`PlacesError::NoHome`] where the system names no folder.
    pub(crate) fn resolve(chosen: Option<PathBuf>) -> Result<Self, PlacesError> {
        // An AppImage runs from a mount; the file the person sees is named by its launcher.
        let program = std::env::var_os("APPIMAGE").map(PathBuf::from).or_else(|| std::env::current_exe().ok());
        let beside = program.as_deref().and_then(Path::parent);
        Self::choose(chosen, beside, dirs::data_local_dir()).ok_or(PlacesError::NoHome)
    }

    fn choose(chosen: Option<PathBuf>, beside: Option<&Path>, system: Option<PathBuf>) -> Option<Self> {
        let portable = beside.filter(|folder| folder.join(PORTABLE_MARKER).is_file()).map(|folder| folder.join("data"));
        let data = chosen.or(portable).or_else(|| system.map(|folder| folder.join("roster")))?;
        Some(Self { data })
    }

    /// Makes the folders, readable by their owner only, and names the data folder absolutely.
    ///
    /// # Errors
    /// [`PlacesError::Unusable`] when a folder cannot be made or is not a folder.
    pub(crate) fn prepare(self) -> Result<Self, PlacesError> {
        make_private_dir(&self.data)?;
        let data = self.data.canonicalize().map_err(|source| PlacesError::Unusable { path: self.data, source })?;
        let places = Self { data };
        make_private_dir(&places.logs())?;
        make_private_dir(&places.webview())?;
        make_private_dir(&places.tray())?;
        Ok(places)
    }

    /// The rolling log files.
    pub(crate) fn logs(&self) -> PathBuf {
        self.data.join("logs")
    }

    /// What the web view itself keeps; nothing of ours.
    pub(crate) fn webview(&self) -> PathBuf {
        self.data.join("webview")
    }

    /// The icon that the desktop's panel shows.
    pub(crate) fn tray(&self) -> PathBuf {
        self.data.join("tray")
    }

    /// Size and position of the main window.
    pub(crate) fn window_file(&self) -> PathBuf {
        self.data.join("window.json")
    }

    /// A name for this data folder which two starts on it share, as a D-Bus name wants it.
    pub(crate) fn instance_name(&self, identifier: &str) -> String {
        let digest = Sha256::digest(self.data.as_os_str().as_encoded_bytes());
        format!("{identifier}.d{}", hex::encode(digest.get(..8).unwrap_or_default()))
    }

    /// Takes the folder for this process; `None` when another one has it.
    ///
    /// # Errors
    /// [`PlacesError::Unusable`] when the lock file cannot be made.
    pub(crate) fn lock(&self) -> Result<Option<FolderLock>, PlacesError> {
        let path = self.data.join("instance.lock");
        let unusable = |source| PlacesError::Unusable { path: path.clone(), source };
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(FolderLock(file))),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(source)) => Err(unusable(source)),
        }
    }
}

fn make_private_dir(path: &Path) -> Result<(), PlacesError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| PlacesError::Unusable { path: path.into(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_folder_goes_before_portable_and_portable_before_the_system() {
        let beside = tempfile::tempdir().unwrap();
        let system = PathBuf::from("/home/li/.local/share");
        let choose = |chosen: Option<&str>| {
            Places::choose(chosen.map(PathBuf::from), Some(beside.path()), Some(system.clone())).unwrap().data
        };
        assert_eq!(choose(None), system.join("roster"));
        fs::write(beside.path().join(PORTABLE_MARKER), "").unwrap();
        assert_eq!(choose(None), beside.path().join("data"));
        assert_eq!(choose(Some("/srv/x")), PathBuf::from("/srv/x"));
    }

    #[test]
    fn a_folder_called_portable_is_not_the_marker() {
        let beside = tempfile::tempdir().unwrap();
        fs::create_dir(beside.path().join(PORTABLE_MARKER)).unwrap();
        let places = Places::choose(None, Some(beside.path()), Some("/s".into())).unwrap();
        assert_eq!(places.data, PathBuf::from("/s/roster"));
    }

    #[cfg(unix)]
    #[test]
    fn folders_are_for_their_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempfile::tempdir().unwrap();
        let places = Places { data: parent.path().join("a/b") }.prepare().unwrap();
        for folder in [places.data.clone(), places.logs(), places.webview()] {
            assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700, "{}", folder.display());
        }
    }

    #[test]
    fn a_file_in_place_of_the_folder_is_a_clear_error() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("x");
        fs::write(&path, "").unwrap();
        let error = Places { data: path.clone() }.prepare().unwrap_err();
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }

    #[test]
    fn only_one_holds_a_folder_and_letting_go_frees_it() {
        let parent = tempfile::tempdir().unwrap();
        let places = Places { data: parent.path().into() }.prepare().unwrap();
        let first = places.lock().unwrap();
        assert!(first.is_some());
        assert!(places.lock().unwrap().is_none());
        drop(first);
        assert!(places.lock().unwrap().is_some());
    }

    #[test]
    fn instance_names_differ_by_folder_and_are_good_bus_names() {
        let name = |path: &str| Places { data: path.into() }.instance_name("io.roster.desktop");
        assert_eq!(name("/a"), name("/a"));
        assert_ne!(name("/a"), name("/b"));
        assert!(name("/a").split('.').all(|part| part.starts_with(|c: char| c.is_ascii_alphabetic())));
    }
}
