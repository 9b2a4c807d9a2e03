// The filters act when they change; the button stays for readers without scripts.
"use strict";
document.querySelectorAll("form[data-autosubmit]").forEach((form) => {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, [type=range]")) form.requestSubmit();
  });
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-year]")) event.target.parentElement.querySelector("output").textContent = event.target.value;
  });
  form.addEventListener("formdata", (event) => {
    // An address says only what was chosen.
    const year = form.querySelector("[data-year]");
    for (const [name, value] of [...event.formData.entries()]) {
      if (!value || (year && name === year.name && value === year.max)) event.formData.delete(name);
    }
  });
});
