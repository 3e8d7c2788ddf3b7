export const pagesOf = () => [];
