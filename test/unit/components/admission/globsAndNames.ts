import fc from 'fast-check';

const segment = fc.stringMatching(/^[ab.*-]{1,3}$/).filter((text) => !text.includes('**'));

/** Globs and repository names, in parts, of so few letters that they often meet. */
export const globParts = fc.array(fc.oneof({ arbitrary: segment, weight: 3 }, fc.constant('**')), { minLength: 1, maxLength: 4 });
export const nameParts = fc.array(fc.stringMatching(/^[ab.-]{1,3}$/), { minLength: 1, maxLength: 4 });
