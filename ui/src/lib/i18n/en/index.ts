import { accounts } from './accounts';
import { common } from './common';
import { errors } from './errors';
import { shell } from './shell';
import { vault } from './vault';

/** English, and the shape that every other language has to fill. */
export const en = { accounts, common, errors, shell, vault };

export type Catalogue = typeof en;
