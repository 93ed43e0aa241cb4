/** Styles go into the page by being imported. */
declare module '*.css' {}
