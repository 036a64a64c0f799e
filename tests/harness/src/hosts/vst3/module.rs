//! A VST3 plugin's dynamic library.

use libloading::Library;
use std::{
    ffi::{CStr, c_void},
    fs, mem,
    path::{Path, PathBuf},
    ptr,
};
use vst3::{
    ComPtr, Interface,
    Steinberg::{IPluginFactory, IPluginFactoryTrait, PClassInfo, kResultOk},
};

/// Extensions of the library in a bundle's folder for a system; on macOS it has none.
const EXTENSIONS: [&str; 3] = ["so", "vst3", ""];

/// A loaded library and its factory. The library must outlive all interfaces made from it.
pub struct Module {
    factory: Option<ComPtr<IPluginFactory>>,
    library: Library,
}

impl Module {
    /// Loads a library, or the one in a bundle.
    ///
    /// # Errors
    /// A sentence, when it is not a VST3 module.
    pub fn load(path: &Path) -> Result<Self, String> {
        let file = library_in(path)?;
        // SAFETY: the project's own plugin is loaded; its start-up code has no conditions.
        let library = unsafe { Library::new(&file) }.map_err(|error| error.to_string())?;
        enter(&library)?;
        // SAFETY: VST3 defines this function with this signature; it gives a reference of its own.
        let factory = unsafe {
            let get: libloading::Symbol<'_, unsafe extern "system" fn() -> *mut IPluginFactory> =
                library.get(b"GetPluginFactory").map_err(|error| error.to_string())?;
            ComPtr::from_raw(get())
        };
        let factory = factory.ok_or("it has no plugin factory")?;
        Ok(Self { factory: Some(factory), library })
    }

    /// The factory.
    ///
    /// # Panics
    /// Never before it is dropped.
    pub fn factory(&self) -> &ComPtr<IPluginFactory> {
        self.factory.as_ref().expect("the factory lives as long as the module")
    }

    /// Makes an instance of the class of this name.
    pub fn create<I: Interface>(&self, name: &str) -> Option<ComPtr<I>> {
        let factory = self.factory.as_ref()?;
        // SAFETY: the factory lives as long as `self`.
        let count = unsafe { factory.countClasses() };
        for index in 0..count {
            // SAFETY: the struct is plain numbers and fixed text, for which zeros are valid.
            let mut info: PClassInfo = unsafe { mem::zeroed() };
            // SAFETY: `info` is valid for writing.
            if unsafe { factory.getClassInfo(index, &raw mut info) } != kResultOk {
                continue;
            }
            // SAFETY: class names are shorter than their field and end in zero.
            let found = unsafe { CStr::from_ptr(info.name.as_ptr()) };
            if found.to_bytes() != name.as_bytes() {
                continue;
            }
            let mut object: *mut c_void = ptr::null_mut();
            // SAFETY: both identifiers are 16 bytes; on success `object` holds a reference of its own.
            return unsafe {
                factory.createInstance(info.cid.as_ptr(), I::IID.as_ptr().cast(), &raw mut object);
                ComPtr::from_raw(object.cast())
            };
        }
        None
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        self.factory = None;
        for name in [&b"ModuleExit"[..], b"bundleExit", b"ExitDll"] {
            // SAFETY: VST3 defines these functions, one for each system, with this signature.
            unsafe {
                if let Ok(leave) = self.library.get::<unsafe extern "system" fn() -> bool>(name) {
                    leave();
                }
            }
        }
    }
}

/// Calls the library's entry function, which has its own name and type on each system. The framework ignores the handle.
fn enter(library: &Library) -> Result<(), String> {
    for name in [&b"ModuleEntry"[..], b"bundleEntry"] {
        // SAFETY: VST3 defines these functions with this signature.
        unsafe {
            if let Ok(enter) = library.get::<unsafe extern "system" fn(*mut c_void) -> bool>(name) {
                return if enter(ptr::null_mut()) { Ok(()) } else { Err("its entry function failed".into()) };
            }
        }
    }
    // SAFETY: VST3 defines this function with this signature.
    unsafe {
        match library.get::<unsafe extern "system" fn() -> bool>(b"InitDll") {
            Ok(enter) if !enter() => Err("its entry function failed".into()),
            _ => Ok(()),
        }
    }
}

fn library_in(path: &Path) -> Result<PathBuf, String> {
    if path.is_file() {
        return Ok(path.to_path_buf());
    }
    let list = |folder: &Path| -> Result<Vec<PathBuf>, String> {
        let entries = fs::read_dir(folder).map_err(|error| error.to_string())?;
        Ok(entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect())
    };
    for folder in list(&path.join("Contents"))?.into_iter().filter(|entry| entry.is_dir()) {
        let wanted = path.file_stem();
        let library = list(&folder)?.into_iter().find(|file| {
            let extension = file.extension().unwrap_or_default();
            file.is_file() && file.file_stem() == wanted && EXTENSIONS.iter().any(|&known| extension == known)
        });
        if let Some(library) = library {
            return Ok(library);
        }
    }
    Err("it holds no library".into())
}
