/** Where this run's product lives; chosen to be out of the way of one that is already running. */
export const PORT = 8123;
export const SIMULATOR_PORT = 8133;
export const BASE_URL = `http://127.0.0.1:${PORT}`;
/** The shipped nginx in front of the same product. */
export const NGINX_PORT = 8143;
export const NGINX_URL = `http://127.0.0.1:${NGINX_PORT}`;
export const EXCHANGE_URL = `http://127.0.0.1:${SIMULATOR_PORT}`;

export const USERNAME = 'admin';
export const PASSWORD = 'a-long-password-for-the-browser-tests';
