/**
 * The listener for those who run Sluice: probes, metrics, and what the configuration and the providers are doing. It
 * knows the rest of Sluice only as the suppliers in {@link dev.sluice.admin.AdminSources}, so that nothing on the
 * request path knows it.
 *
 * <p>It asks for no key, since it listens on loopback only; hence the care that a web page cannot reach it through a
 * browser ({@link dev.sluice.admin.LoopbackOnly}).
 */
package dev.sluice.admin;
