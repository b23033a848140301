//! Puts the built UI where the library embeds it from. Without a build (`make run` makes one) a page that says so is embedded, so
//! that the crate compiles and tests alone.

use std::{env, fs, io, path::Path};

const MISSING: &str = "<!doctype html><meta charset=utf-8><title>Satu</title><p>The UI is not built: run <code>make run</code>, or \
                       <code>npm ci &amp;&amp; npm run build</code> in <code>app/ui</code>.";

fn main() -> io::Result<()> {
    let dist = Path::new("../app/ui/dist");
    println!("cargo:rerun-if-changed=../app/ui/dist");
    let out = Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("ui");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    fs::create_dir_all(&out)?;
    if dist.join("index.html").exists() {
        return copy(dist, &out);
    }
    ["index.html", "daftar.html"].iter().try_for_each(|page| fs::write(out.join(page), MISSING))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?
        } else {
            fs::copy(entry.path(), target).map(|_| ())?
        }
    }
    Ok(())
}
