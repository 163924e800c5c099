import { byId } from './dom.js'

const THEME_KEY = 'sp-theme'

/** Light or dark: as the system has it, or as the reader chose. */
export function watchTheme(): () => void {
  const root = document.documentElement
  const chosen = localStorage.getItem(THEME_KEY)
  if (chosen === 'light' || chosen === 'dark') root.dataset.theme = chosen
  function toggle(): void {
    const isDark =
      (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark'
    root.dataset.theme = isDark ? 'light' : 'dark'
    localStorage.setItem(THEME_KEY, root.dataset.theme)
  }
  byId('theme').addEventListener('click', toggle)
  return toggle
}
