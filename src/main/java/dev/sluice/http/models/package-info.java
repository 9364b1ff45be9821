/** {@code GET /v1/models}: what a key may ask for, merged from routes, configuration and the providers' own lists. */
package dev.sluice.http.models;
