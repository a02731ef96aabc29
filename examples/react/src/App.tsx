import { lazy, Suspense, useState } from 'react';

// The feed and MQTT.js are in a chunk of their own: the page is there before they are.
const Quotes = lazy(() => import('./Quotes'));

/** The page. The connection is open while the quotes are shown. */
export function App() {
  const [isShown, setShown] = useState(true);
  return (
    <main>
      <header>
        <h1>Quotes</h1>
        <button type="button" onClick={() => setShown(!isShown)}>
          {isShown ? 'Hide' : 'Show'}
        </button>
      </header>
      {isShown && (
        <Suspense fallback={<p role="status">Loading.</p>}>
          <Quotes />
        </Suspense>
      )}
    </main>
  );
}
