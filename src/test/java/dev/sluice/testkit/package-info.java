/**
 * Fixtures that tests of several packages share: a running Sluice, a recording simulator, and clients that expose every
 * byte.
 */
package dev.sluice.testkit;
