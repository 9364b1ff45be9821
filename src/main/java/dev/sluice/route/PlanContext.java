package dev.sluice.route;

import dev.sluice.model.ModelRequirements;
import java.util.random.RandomGenerator;

/** What a strategy may use besides the candidates. */
record PlanContext(ModelRequirements requirements, RandomGenerator random) {}
