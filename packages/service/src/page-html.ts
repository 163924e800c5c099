/** The live page before its script has run: places to fill, no words of a log, nothing to load from elsewhere. */
export const PAGE_HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <title>sp serve</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="live.css">
    <script src="live.js" defer></script>
  </head>
  <body>
    <header class="top">
      <div class="brand"><b>sp serve</b> <span id="connection" role="status"></span> <code id="bundle"></code></div>
      <div class="tools">
        <button type="button" id="language"></button>
        <button type="button" id="theme">◐</button>
      </div>
    </header>
    <main>
      <div class="answer">
        <div><h1 id="outcome" aria-live="polite">…</h1><p id="feed" class="quiet"></p></div>
        <div id="rates"></div>
      </div>
      <div role="tablist">
        <button type="button" role="tab" id="tab-incidents" aria-controls="incidents"><span id="name-incidents"></span> <b id="count-incidents"></b></button>
        <button type="button" role="tab" id="tab-sources" aria-controls="sources"><span id="name-sources"></span> <b id="count-sources"></b></button>
        <button type="button" role="tab" id="tab-templates" aria-controls="templates"><span id="name-templates"></span> <b id="count-templates"></b></button>
        <button type="button" role="tab" id="tab-health" aria-controls="health"><span id="name-health"></span></button>
      </div>
      <section id="incidents" role="tabpanel" aria-labelledby="tab-incidents">
        <div id="filters" class="filters" hidden>
          <input type="search" id="search" autocomplete="off" spellcheck="false">
          <span class="chips">
            <button type="button" class="chip high" id="chip-high"></button>
            <button type="button" class="chip medium" id="chip-medium"></button>
            <button type="button" class="chip low" id="chip-low"></button>
          </span>
        </div>
        <button type="button" id="fresh" hidden></button>
        <div id="list"></div>
        <div id="empty" class="empty" hidden></div>
        <button type="button" id="more" hidden></button>
      </section>
      <section id="sources" role="tabpanel" aria-labelledby="tab-sources" hidden>
        <div class="filters"><input type="search" id="search-sources" autocomplete="off" spellcheck="false"></div>
        <p id="note-sources" class="note"></p>
        <ul id="source-list" class="rows"></ul>
      </section>
      <section id="templates" role="tabpanel" aria-labelledby="tab-templates" hidden>
        <div class="filters"><input type="search" id="search-templates" autocomplete="off" spellcheck="false"></div>
        <p id="note-templates" class="note"></p>
        <ul id="template-list" class="rows"></ul>
      </section>
      <section id="health" role="tabpanel" aria-labelledby="tab-health" hidden>
        <dl id="figures"></dl>
        <div id="plumbing"></div>
      </section>
      <noscript><p class="empty">This page needs its script. <code>GET /v1/incidents</code> tells the same.</p></noscript>
    </main>
    <dialog id="ask">
      <form id="token-form" method="dialog">
        <input type="text" autocomplete="username" value="sp serve" hidden>
        <label for="token" id="token-label"></label>
        <input type="password" id="token" autocomplete="current-password" required>
        <p id="token-wrong" class="bad"></p>
        <p id="token-hint" class="note"></p>
        <button type="submit" id="enter"></button>
      </form>
    </dialog>
  </body>
</html>
`
