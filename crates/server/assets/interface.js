// Operations of the interface, made from its own document, to be tried as whoever is logged in.
(async () => {
  const list = document.getElementById("operations");
  const template = document.getElementById("operation");
  const methods = ["get", "head", "post", "patch", "delete", "options"];
  let about;
  try {
    about = await (await fetch(list.dataset.document)).json();
  } catch {
    document.getElementById("failure").hidden = false;
    return;
  }

  const follow = (schema) => {
    const name = schema && schema.$ref && schema.$ref.split("/").pop();
    return name ? about.components.schemas[name] : schema;
  };

  // A value of the schema's shape, to begin with.
  const example = (schema) => {
    const shape = follow(schema) || {};
    const kinds = [].concat(shape.type || []);
    if (kinds.includes("array")) return [];
    if (kinds.includes("object") || shape.properties) {
      const needed = (name) => (shape.required || []).includes(name);
      return Object.fromEntries(Object.entries(shape.properties || {})
        .filter(([name]) => needed(name)).map(([name, value]) => [name, example(value)]));
    }
    if (kinds.includes("integer") || kinds.includes("number")) return 0;
    return kinds.includes("boolean") ? false : "";
  };

  const field = (parameter) => {
    const label = document.createElement("label");
    const note = document.createElement("span");
    const input = document.createElement("input");
    note.className = "soft";
    note.textContent = parameter.description ? ` ${parameter.description}` : "";
    input.name = `${parameter.in}:${parameter.name}`;
    input.required = Boolean(parameter.required);
    input.autocomplete = "off";
    if (parameter.name === "Tus-Resumable") input.value = "1.0.0";
    label.append(parameter.name, note, input);
    return label;
  };

  const show = async (answer, pre) => {
    const head = [`${answer.status} ${answer.statusText}`];
    for (const [name, value] of answer.headers) head.push(`${name}: ${value}`);
    const text = await answer.text();
    let body = text;
    try { body = JSON.stringify(JSON.parse(text), null, 2); } catch { /* it is no JSON */ }
    pre.textContent = `${head.join("\n")}\n\n${body}`;
    pre.hidden = false;
  };

  const send = async (form, path, method, type) => {
    let address = path;
    const query = new URLSearchParams();
    const headers = new Headers();
    for (const [name, value] of new FormData(form)) {
      const [place, key] = [name.slice(0, name.indexOf(":")), name.slice(name.indexOf(":") + 1)];
      if (value === "" || name === "body") continue;
      if (place === "path") address = address.replace(`{${key}}`, encodeURIComponent(value));
      if (place === "query") query.append(key, value);
      if (place === "header") headers.set(key, value);
    }
    const body = type && form.elements.body.value !== "" ? form.elements.body.value : undefined;
    if (body !== undefined) headers.set("Content-Type", type);
    const asked = query.size ? `${address}?${query}` : address;
    return fetch(asked, { method: method.toUpperCase(), headers, body });
  };

  for (const [path, item] of Object.entries(about.paths)) {
    for (const method of methods.filter((method) => item[method])) {
      const operation = item[method];
      const part = template.content.cloneNode(true);
      const [form, pre] = [part.querySelector("form"), part.querySelector("pre")];
      const content = (operation.requestBody && operation.requestBody.content) || {};
      const type = Object.keys(content)[0];
      part.querySelector(".method").textContent = method.toUpperCase();
      part.querySelector(".path").textContent = path;
      part.querySelector(".what").textContent = operation.summary || "";
      part.querySelector(".about").textContent = operation.description || "";
      part.querySelector("fieldset").append(...(operation.parameters || []).map(field));
      if (type) {
        part.querySelector(".body").hidden = false;
        if (type === "application/json") form.elements.body.value = JSON.stringify(example(content[type].schema), null, 2);
      }
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        try {
          await show(await send(form, path, method, type), pre);
        } catch (error) {
          pre.textContent = String(error);
          pre.hidden = false;
        }
      });
      list.append(part);
    }
  }
})();
