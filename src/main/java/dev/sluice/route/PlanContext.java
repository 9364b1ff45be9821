package dev.sluice.route;

import dev.sluice.model.ModelRequirements;
import java.util.random.RandomGenerator;

/** What an order may look at, beside the candidates. */
record PlanContext(ModelRequirements requirements, RandomGenerator random) {}
