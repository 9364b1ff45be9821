/**
 * What was found, and how it is shown: on the terminal, as JSON for machines, as one HTML file with plots for people.
 */
package dev.sluice.bench.report;
