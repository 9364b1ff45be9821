/**
 * The listener for those who run Sluice: probes, metrics, and the admin API. It knows the rest of Sluice only as what
 * stands in {@link dev.sluice.admin.AdminSources}, so that nothing on the request path knows it.
 *
 * <p>What the API does is one list of {@link dev.sluice.admin.api.Endpoint}s: the router, the OpenAPI document, the
 * index and the names in the audit log are made of it. {@link dev.sluice.admin.AdminApi} does one of them without HTTP,
 * which is how the command line works on a store whose server is down.
 *
 * <p>The listener is on loopback; {@link dev.sluice.admin.LocalOnlyHandler} keeps web pages in this machine's browser
 * out.
 */
package dev.sluice.admin;
