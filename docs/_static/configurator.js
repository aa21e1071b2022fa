// The configurator: a form, and what its answers generate. window.TEMPLATE comes from scripts/configurator.py.
"use strict";

(() => {
  const { texts, options, files } = window.TEMPLATE;
  const place = document.getElementById("configurator");
  const number = new Intl.NumberFormat("en");

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key in made && key !== "list" && key !== "form") made[key] = value;
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  function question([name, values, prompt]) {
    const title = typeof prompt === "string" ? prompt : prompt.__prompt__;
    const group = element("fieldset", {}, element("legend", {}, title));
    values.forEach((value, index) => {
      const id = `option-${name}-${value}`.replaceAll("+", "-");
      const label = typeof prompt === "string" ? value : prompt[value];
      const input = element("input", { type: "radio", name, value, id, checked: index === 0 });
      group.append(element("div", {}, input, element("label", { htmlFor: id }, label)));
    });
    return group;
  }

  // As the template does: letters without accents, digits and underscores.
  function slug(name) {
    const plain = name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
    const made = plain.replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 40).replace(/_+$/, "");
    return /^[a-z]/.test(made) ? made : `my_${made || "project"}`;
  }

  function quoted(value) {
    return /^[\w.+@:/-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
  }

  function linesOf([, depends, lines], answers) {
    let position = 0;
    for (const index of depends) {
      const [name, values] = options[index];
      position = position * values.length + values.indexOf(answers[name]);
    }
    return lines[position];
  }

  function kind(path) {
    if (!path.endsWith(".py")) return "other files";
    const [folder] = path.split("/");
    if (folder === "tests") return "tests/";
    return folder === "apps" || folder === "config" ? "apps/ and config/" : "other Python";
  }

  function tree(found) {
    const root = { folders: new Map(), files: [], count: 0 };
    for (const [path, lines, added] of found) {
      const parts = path.split("/");
      let here = root;
      here.count += 1;
      for (const part of parts.slice(0, -1)) {
        if (!here.folders.has(part)) here.folders.set(part, { folders: new Map(), files: [], count: 0 });
        here = here.folders.get(part);
        here.count += 1;
      }
      here.files.push([parts.at(-1), lines, added]);
    }
    return root;
  }

  function listed(folder, path, opened) {
    const list = element("ul");
    for (const [name, inner] of folder.folders) {
      const full = `${path}${name}/`;
      const details = element("details", { open: opened.has(full) }, element("summary", {}, `${name}/ (${inner.count})`));
      details.dataset.path = full;
      details.append(listed(inner, full, opened));
      list.append(element("li", {}, details));
    }
    for (const [name, lines, added] of folder.files) {
      const text = `${name} (${number.format(lines)})`;
      list.append(element("li", {}, added ? element("ins", {}, text) : text));
    }
    return list;
  }

  const form = element("form", { autocomplete: "off" });
  const fields = element("fieldset", {}, element("legend", {}, "Names"));
  for (const [name, prompt, initial] of texts) {
    const input = element("input", { type: "text", name, id: `text-${name}` });
    if (name === "project_slug") input.placeholder = "my_project";
    else input.value = initial;
    fields.append(element("div", {}, element("label", { htmlFor: input.id }, prompt), input));
  }
  form.append(fields, ...options.map(question));
  form.addEventListener("submit", (event) => event.preventDefault());

  const command = element("code", { id: "command" });
  const copy = element("button", { type: "button" }, "Copy the command");
  const summary = element("p", { id: "summary", role: "status" });
  const numbers = element("tbody");
  const gone = element("ul", { id: "gone" });
  const goneTitle = element("summary");
  const shown = element("div", { id: "tree" });
  const head = element("tr");
  for (const title of ["lines of", "these answers", "default answers"]) head.append(element("th", { scope: "col" }, title));
  const result = element(
    "section",
    { "aria-label": "What is generated" },
    element("pre", { tabIndex: 0 }, command),
    copy,
    summary,
    element("table", { id: "lines" }, element("thead", {}, head), numbers),
    element("details", {}, goneTitle, gone),
    shown,
  );
  place.append(form, result);

  const defaults = Object.fromEntries(options.map(([name, values]) => [name, values[0]]));

  function show() {
    const given = new FormData(form);
    const answers = Object.fromEntries(options.map(([name]) => [name, given.get(name)]));
    const words = ["uvx cookiecutter gh:org/django-expert --no-input"];
    for (const [name, , initial] of texts) {
      const value = given.get(name).trim();
      if (value && value !== initial) words.push(`${name}=${quoted(value)}`);
    }
    for (const [name, values] of options) if (answers[name] !== values[0]) words.push(`${name}=${answers[name]}`);
    command.textContent = words.join(" ");
    form.elements.project_slug.placeholder = slug(given.get("project_name"));

    const found = [];
    const missing = [];
    const totals = new Map(["apps/ and config/", "tests/", "other Python", "other files"].map((name) => [name, [0, 0]]));
    for (const file of files) {
      const lines = linesOf(file, answers);
      const before = linesOf(file, defaults);
      const total = totals.get(kind(file[0]));
      total[0] += lines ?? 0;
      total[1] += before ?? 0;
      if (lines !== null) found.push([file[0], lines, before === null]);
      else if (before !== null) missing.push(file[0]);
    }
    const added = found.filter(([, , isNew]) => isNew).length;
    summary.textContent =
      `${found.length} files. Compared with the default answers, ${added} are added and ${missing.length} are left out.`;
    numbers.replaceChildren(
      ...[...totals].map(([name, [now, before]]) =>
        element(
          "tr",
          {},
          element("th", { scope: "row" }, name),
          element("td", {}, number.format(now)),
          element("td", {}, number.format(before)),
        ),
      ),
    );
    goneTitle.textContent = `Left out (${missing.length})`;
    gone.replaceChildren(...missing.map((path) => element("li", {}, path)));
    const opened = new Set([...shown.querySelectorAll("details[open]")].map((details) => details.dataset.path));
    shown.replaceChildren(listed(tree(found), "", opened));
  }

  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(command.textContent);
      copy.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(command);
      copy.textContent = "Selected: press Ctrl+C";
    }
    setTimeout(() => { copy.textContent = "Copy the command"; }, 2000);
  });
  form.addEventListener("input", show);
  show();
})();
