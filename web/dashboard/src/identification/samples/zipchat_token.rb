# Gemfile: gem "jwt"
require "jwt"
require "openssl"

# Where the environment keeps a line break as "\n", it is put back.
ZIPCHAT_KEY = OpenSSL::PKey::RSA.new(ENV.fetch("ZIPCHAT_PRIVATE_KEY").gsub('\n', "\n"))

# `customer` is who your session says is signed in, never what a request claims.
def zipchat_token(customer)
  now = Time.now.to_i
  claims = {
    email: customer.email,
    sub: customer.id.to_s, # stays the same when the email changes
    first_name: customer.first_name,
    last_name: customer.last_name,
    additional_attributes: { plan: customer.plan },
    aud: "YOUR_WIDGET_TOKEN",
    iat: now,
    exp: now + 3600
  }
  JWT.encode(claims, ZIPCHAT_KEY, "RS256", { kid: "YOUR_KEY_ID" })
end
