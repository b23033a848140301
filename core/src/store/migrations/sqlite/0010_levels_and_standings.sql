-- What the words of a row mean: the level of an education, an experience in months, where she stands at the portal.
ALTER TABLE hiring_application ADD COLUMN education_level TEXT;
ALTER TABLE hiring_application ADD COLUMN experience_months INTEGER;
ALTER TABLE hiring_application ADD COLUMN portal_standing TEXT;
