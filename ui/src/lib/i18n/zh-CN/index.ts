import type { Catalogue } from '../en';
import { account } from './account';
import { accounts } from './accounts';
import { common } from './common';
import { data } from './data';
import { errors } from './errors';
import { login } from './login';
import { operations } from './operations';
import { pools } from './pools';
import { quotas } from './quotas';
import { round } from './round';
import { security } from './security';
import { settings } from './settings';
import { shell } from './shell';
import { vault } from './vault';

/** Chinese. */
export const zhCN: Catalogue = {
  account,
  accounts,
  common,
  data,
  errors,
  login,
  operations,
  pools,
  quotas,
  round,
  security,
  settings,
  shell,
  vault,
};
