// Leaving quickly works without this file. With it, the page that was open takes the address of the empty page
// before it goes, so that the browser's button "back" leads to nothing.
document.addEventListener("submit", (event) => {
  if (event.target.matches("form.leave")) {
    window.history.replaceState(null, "", "/account/left");
  }
});
