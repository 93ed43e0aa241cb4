import { type Random, random } from '../random.ts'

/**
 * Numbers in 0..1 that follow from one draw: a background whose source always answers the same (nothing wanders) still has
 * parts that differ.
 */
export const varied = (source: Random): (() => number) => random(source.next(), 'varied').next
