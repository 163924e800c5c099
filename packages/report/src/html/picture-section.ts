import type { Catalogue } from '../language/catalogue.js'
import { cutText } from '../plain-text.js'
import type { Report } from '../report.js'
import { type Markup, markup } from './markup.js'
import { detectorOrder } from './page-data.js'

/** Where the script draws: three pictures behind tabs, the controls of their zoom, and their notes. */
export function pictureSection(report: Report, words: Catalogue): Markup | null {
  const { timeline, activity, distributions } = report.pictures
  const { page, headings } = words
  const tabs = [
    ...(timeline.sources.some(({ starts }) => starts.length > 0)
      ? [{ id: 'timeline', label: headings.timeline, body: timelinePanel(report, words) }]
      : []),
    ...(activity.rows.length > 0
      ? [{ id: 'activity', label: headings.activity, body: activityPanel(report, words) }]
      : []),
    ...(distributions.length > 0
      ? [{ id: 'scores', label: headings.distributions, body: scorePanel(report, words) }]
      : []),
  ]
  if (tabs.length === 0) return null
  return markup`<section class="pictures" id="pictures" aria-label="${page.pictures}" hidden>
    <div class="bar">
      <div role="tablist" aria-label="${page.pictures}">
        ${tabs.map(
          ({ id, label }, i) =>
            markup`<button
              type="button"
              role="tab"
              id="tab-${id}"
              aria-controls="panel-${id}"
              aria-selected="${String(i === 0)}"
              tabindex="${i === 0 ? '0' : '-1'}"
            >
              ${label}
            </button>`,
        )}
      </div>
      <div class="zoom" role="group" aria-label="${page.zoomIn}, ${page.zoomOut}">
        <button type="button" data-zoom="earlier" title="${page.earlier}" aria-label="${page.earlier}">←</button
        ><button type="button" data-zoom="in" title="${page.zoomIn}" aria-label="${page.zoomIn}">+</button
        ><button type="button" data-zoom="out" title="${page.zoomOut}" aria-label="${page.zoomOut}">−</button
        ><button type="button" data-zoom="later" title="${page.later}" aria-label="${page.later}">→</button
        ><button type="button" data-zoom="reset" id="zoom-reset" hidden>${page.zoomReset}</button>
      </div>
    </div>
    ${tabs.map(
      ({ id, label, body }, i) =>
        markup`<div
          role="tabpanel"
          id="panel-${id}"
          aria-labelledby="tab-${id}"
          data-label="${label}"
          ${i > 0 && markup` hidden`}
        >
          ${body}
        </div>`,
    )}
    <div id="tip" role="status" hidden></div>
  </section>`
}

function timelinePanel(report: Report, words: Catalogue): Markup {
  const { page, allSources } = words
  const { sources, moreSources } = report.pictures.timeline
  const own = sources.flatMap(({ source }, i) =>
    source === null ? [] : [markup`<option value="${i}">${source}</option>`],
  )
  return markup`<div class="legend" role="group" aria-label="${page.detector}">
      ${detectorOrder(report).names.map(
        (name, i) =>
          markup`<button type="button" class="key" data-detector="${i}" aria-pressed="true">
            <span class="dot c${i}"></span>${name}
          </button>`,
      )}${
        own.length > 0 &&
        markup`<label class="pick"
          >${page.source}
          <select id="timeline-source">
            <option value="0">${allSources}</option>
            ${own}
          </select></label
        >`
      }
    </div>
    <div class="chart" id="chart-timeline" tabindex="0" role="img" aria-label="${page.timelineLabel}"></div>
    <p class="note">
      ${page.timelineNote}${moreSources > 0 && ` ${page.moreSources.replace('{0}', words.formats.number(moreSources))}`}
    </p>`
}

function activityPanel({ pictures }: Report, words: Catalogue): Markup {
  const { page } = words
  const { rows, otherTemplates, otherRecords } = pictures.activity
  const others = page.otherTemplates
    .replace('{0}', words.formats.number(otherTemplates))
    .replace('{1}', words.formats.number(otherRecords))
  return markup`<div class="heat">
      <ol class="heat-rows" id="heat-rows"></ol>
      <div class="chart" id="chart-activity" tabindex="0" role="img" aria-label="${page.activityLabel}"></div>
    </div>
    <p class="note">${page.activityNote}${otherTemplates > 0 && ` ${others}`}</p>
    <details class="as-table">
      <summary>${page.asTable}</summary>
      <div class="wide" tabindex="0" role="region" aria-label="${page.asTable}">
        <table>
          <thead>
            <tr>
              <th scope="col">${page.template}</th>
              <th scope="col">${page.records}</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              ({ template, records }) =>
                markup`<tr>
                  <td><code>${cutText(template.text, 300).text}</code></td>
                  <td>${words.formats.number(records)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`
}

function scorePanel({ pictures }: Report, words: Catalogue): Markup {
  const { page, formats } = words
  return markup`<div class="scores">
      ${pictures.distributions.map(
        ({ detector, units, flagged }, i) =>
          markup`<figure>
            <figcaption>
              <code>${detector}</code>
              <span class="quiet"
                >${formats.number(units)} ${page.units}, ${formats.number(flagged)} ${page.flagged}</span
              >
            </figcaption>
            <div
              class="chart"
              data-distribution="${i}"
              role="img"
              aria-label="${page.distributionLabel.replace('{0}', detector)}"
            ></div>
          </figure>`,
      )}
    </div>
    <p class="note">${page.distributionNote}</p>`
}
