const NAMES: Readonly<Record<string, string>> = {
  custom: 'Custom website',
  woocommerce: 'WooCommerce',
  magento: 'Magento',
  prestashop: 'PrestaShop',
  bigcommerce: 'BigCommerce',
  shopify: 'Shopify',
};

/** A platform as its makers write it. */
export function platformName(platform: string): string {
  return NAMES[platform] ?? platform;
}
