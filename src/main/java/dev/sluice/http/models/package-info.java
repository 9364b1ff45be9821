/**
 * {@code GET /v1/models}: the models that a key may use, merged from routes, configuration and the providers' own
 * lists.
 */
package dev.sluice.http.models;
