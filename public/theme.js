// Blocks the first paint on purpose: the chosen theme is there before anything is drawn, so nothing flashes.
try {
  const theme = localStorage.getItem('sightline:theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage denied: the system's theme it is.
}
