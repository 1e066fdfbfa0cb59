import type { Catalogue } from '../en';
import { accounts } from './accounts';
import { common } from './common';
import { errors } from './errors';
import { shell } from './shell';
import { vault } from './vault';

/** Chinese. */
export const zhCN: Catalogue = { accounts, common, errors, shell, vault };
