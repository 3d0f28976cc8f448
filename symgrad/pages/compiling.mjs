// Compiles the archives of a site for the Python that will run them: node compiling.mjs FOLDER NAME...
// Imports then take a third of the time. Run once, when the site is written.

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";

const [folder, ...names] = process.argv.slice(2);
const runtime = resolve(folder, "pyodide");
const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`).href);
const python = await loadPyodide({ indexURL: `${runtime}/` });

const compiled = python.runPython(`
import py_compile, zipfile

def compiled(name):
    with zipfile.ZipFile(name) as archive:
        archive.extractall("/packages")
        inside = archive.namelist()
    done = name + ".done"
    with zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in inside:
            source = "/packages/" + path
            if path.endswith(".py"):
                path += "c"
                py_compile.compile(source, source + "c", "/packages/" + path[:-1], doraise=True,
                                   invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
                source += "c"
            with open(source, "rb") as file:
                entry = zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0))
                archive.writestr(entry, file.read(), zipfile.ZIP_DEFLATED)
    return done

compiled
`);

for (const name of names) {
  python.FS.writeFile(`/${name}`, readFileSync(`${folder}/${name}`));
  writeFileSync(`${folder}/${name}`, python.FS.readFile(compiled(`/${name}`)));
}
