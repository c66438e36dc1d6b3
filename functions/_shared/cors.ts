/**
 * What a browser may send to functions that storefronts call: the headers of supabase-js, and the cart's token, which a
 * frontend may have put into the headers of its client once for all.
 */
export const STOREFRONT_CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Headers':
    'authorization, x-client-info, apikey, content-type, x-retry-count, x-cart-token',
  'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE, OPTIONS',
}
