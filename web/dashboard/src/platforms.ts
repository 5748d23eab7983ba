import { msg, t } from './i18n';

const NAMES: Readonly<Record<string, string>> = {
  custom: msg('Custom website'),
  woocommerce: 'WooCommerce',
  magento: 'Magento',
  prestashop: 'PrestaShop',
  bigcommerce: 'BigCommerce',
  shopify: 'Shopify',
};

/** A platform as its makers write it. */
export function platformName(platform: string): string {
  return t(NAMES[platform] ?? platform);
}
