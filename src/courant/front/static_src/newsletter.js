// Sends the newsletter box without leaving the page. Without this file the form is posted as it is.
for (const form of document.querySelectorAll("form[data-newsletter]")) {
  const answer = form.querySelector("[data-answer]");
  const button = form.querySelector("button");

  const say = (text, good) => {
    answer.textContent = text;
    answer.dataset.answer = good ? "good" : "bad";
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    form.setAttribute("aria-busy", "true");
    say("", true);
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
      });
      const said = await response.json();
      say(said.message || said.error || form.dataset.failed, response.ok);
      if (response.ok) form.elements.email.value = "";
      else form.elements.email.focus();
    } catch {
      say(form.dataset.failed, false);
    } finally {
      button.disabled = false;
      form.removeAttribute("aria-busy");
    }
  });
}
