import { gatewayError, rateLimited, Refusal } from './refusal.ts';

/** What Image Analysis refuses with. The outer form is the documented sample's; inner codes are those of api.md 5. */
function invalidQuery(code: string, message: string): Refusal {
  return new Refusal(400, {
    error: { code: 'InvalidRequest', message: 'Analyze query is invalid.', innererror: { code, message } },
  });
}

export function noFeature(): Refusal {
  return invalidQuery('BadArgument', 'At least one visual feature has to be specified.');
}

/** Word for word `image-analysis.error.400.json`. */
export function unknownFeature(): Refusal {
  return invalidQuery('NotSupportedVisualFeature', 'Specified feature type is not valid');
}

export function unknownLanguage(): Refusal {
  return invalidQuery('NotSupportedLanguage', 'The input language is not supported.');
}

export function badArgument(message: string): Refusal {
  return invalidQuery('BadArgument', message);
}

export function notAPicture(): Refusal {
  return new Refusal(400, {
    error: {
      code: 'InvalidRequest',
      message: 'Image format is not valid.',
      innererror: { code: 'InvalidImageFormat', message: 'Image format is not valid.' },
    },
  });
}

export function wrongSize(message: string): Refusal {
  return new Refusal(400, {
    error: { code: 'InvalidRequest', message, innererror: { code: 'InvalidImageSize', message } },
  });
}

export function unreadableUrl(): Refusal {
  const message = 'Image URL is badly formatted or not accessible.';
  return new Refusal(400, {
    error: { code: 'InvalidRequest', message, innererror: { code: 'InvalidImageUrl', message } },
  });
}

export function notInThisRegion(feature: 'Caption' | 'DenseCaptions'): Refusal {
  return new Refusal(400, {
    error: {
      code: 'InvalidRequest',
      message: `The feature '${feature}' is not supported in this region.`,
      innererror: {
        code: 'NotSupportedFeature',
        message: `The feature '${feature}' is not supported in this region.`,
      },
    },
  });
}

/** Observed with an OpenAI resource's key (mslearn-ai-vision#21). */
export function keyOfOtherKind(apiVersion: string, origin: string, operation = 'Analyze'): Refusal {
  return gatewayError(
    401,
    '401',
    `The ${operation} Operation under Computer Vision APIs (${apiVersion}) is not supported with the current subscription key and pricing tier OpenAI.S0.`,
    {
      'www-authenticate': `AzureApiManagementKey realm="${origin}/computervision",name="Ocp-Apim-Subscription-Key",type="header"`,
    },
  );
}

export function wrongKey(): Refusal {
  return gatewayError(
    401,
    '401',
    'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
  );
}

/** The form seen in use (copilot-camp#551). */
export function tooMany(): Refusal {
  return rateLimited('429', 'Rate limit is exceeded. Try again in 1 seconds.', 1);
}

export function unsupportedVersion(): Refusal {
  return gatewayError(400, 'InvalidApiVersion', 'The requested API version is not supported.');
}
