// Runs before the page's own code has arrived, and blocks the first paint on purpose.

// The chosen theme is there before anything is drawn, so nothing flashes.
try {
  const theme = localStorage.getItem('sightline:theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage denied: the system's theme it is.
}

// A large database takes the browser a while to open: it begins while the code is still on its way. Only where there
// is one (src/store/mark.ts keeps this mark); this must never make a database, nor keep one from being upgraded.
try {
  if (localStorage.getItem('sightline:mark') !== null) {
    const opening = indexedDB.open('sightline');
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onerror = (event) => event.preventDefault();
    opening.onsuccess = () => {
      const database = opening.result;
      database.onversionchange = () => database.close();
      // By then the page has its own.
      setTimeout(() => database.close(), 5000);
    };
  }
} catch {
  // The page itself says what is wrong.
}
