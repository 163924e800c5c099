/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { Filters } from './filters.js'
import { listenToKeys } from './keyboard.js'
import type { PageData } from './page-data.js'
import { Pictures } from './pictures.js'
import { watchTheme } from './theme.js'

// The script of the page. It adds to what stands in the HTML already: pictures, search, filters, keys. It never makes
// HTML out of text.
const data = JSON.parse(document.getElementById('data')!.textContent) as PageData

const filters = new Filters(data)
const pictures = new Pictures(data, (range, label) => filters.setRange(range, label))
filters.onClearRange = () => pictures.reset()
const theme = watchTheme(() => pictures.redraw())
listenToKeys({ filters, pictures, theme })
window.addEventListener('beforeprint', () => theme.print(() => pictures.printAll()))
window.addEventListener('afterprint', () => theme.restore(() => pictures.afterPrint()))
document.documentElement.classList.add('ready')
