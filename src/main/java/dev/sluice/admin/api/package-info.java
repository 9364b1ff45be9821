/**
 * The small framework that the admin endpoints are written in. An {@link dev.sluice.admin.api.Endpoint} declares its
 * method, path, role, parameters and answer; routing, checks, the OpenAPI document and the audit log follow from the
 * declaration.
 *
 * <p>Knows nothing of keys, budgets or providers: the endpoints themselves are in {@code admin}.
 */
package dev.sluice.admin.api;
