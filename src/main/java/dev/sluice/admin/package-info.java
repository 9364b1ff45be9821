/**
 * The listener for operators: probes, metrics and the admin API. It reads the rest of Sluice only through
 * {@link dev.sluice.admin.AdminSources}; the request path does not depend on it.
 *
 * <p>The API is one list of {@link dev.sluice.admin.api.Endpoint}s, from which the router, the OpenAPI document, the
 * index and the names in the audit log are made. {@link dev.sluice.admin.AdminApi} runs an endpoint without HTTP, for
 * the command line working on a store whose server is down.
 *
 * <p>The listener is bound to loopback, and {@link dev.sluice.auth.LocalOnlyPolicy} refuses web pages of other origins
 * in this machine's browser.
 */
package dev.sluice.admin;
